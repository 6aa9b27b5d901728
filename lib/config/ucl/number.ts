/**
 * Numbers of a UCL text.
 *
 * Mirrors `ucl_maybe_parse_number` of libucl with `UCL_PARSER_NO_TIME`:
 * decimal and hexadecimal, the suffixes k, m and g (thousands), kb, mb and gb
 * (1024s) and ms (thousandths). A text that goes on after the number is none.
 *
 * @module
 */

const HEXADECIMAL = /(-?)\d+x([0-9a-f]+)/iy;
const DECIMAL = /-?\d+(\.\d*)?(e[+-]?\d+)?/iy;
/** What makes `1.2.3` and `1e2e3` no numbers. */
const MORE_DIGITS = /[.e]/i;
const BLANKS = /[ \t]+/y;
const SUFFIX = /[kmg][bs]?/iy;
/** What may follow a number: the end of the value. */
const END = /[\0\n\r#,;\]}]|$/y;

const THOUSANDS: Record<string, number> = { k: 1e3, m: 1e6, g: 1e9 };
const KIBI: Record<string, number> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** Longest spelling that libucl takes for a number. */
const MAX_DIGITS = 126;

/** A number and the offset after it. */
export interface ReadNumber {
  value: number;
  end: number;
  /** True when it is too large or too small to be represented. */
  outOfRange: boolean;
}

/**
 * Reads the number at an offset.
 *
 * @returns undefined when what stands there, up to the end of the value, is
 * not a number.
 */
export function readNumber(
  text: string,
  offset: number,
): ReadNumber | undefined {
  const number = readDigits(text, offset);
  if (!number || number.end - offset > MAX_DIGITS) return undefined;
  if (number.outOfRange) {
    return MORE_DIGITS.test(text.charAt(number.end)) ? undefined : number;
  }
  const after = readSuffix(text, number);
  if (!endsAt(text, after.end)) return undefined;
  // libucl has no negative zero among its integers.
  return { ...after, value: after.value === 0 ? 0 : after.value };
}

function readDigits(text: string, offset: number): ReadNumber | undefined {
  HEXADECIMAL.lastIndex = offset;
  const hexadecimal = HEXADECIMAL.exec(text);
  if (hexadecimal) {
    const magnitude = Number.parseInt(hexadecimal[2], 16);
    return {
      value: hexadecimal[1] === "-" ? -magnitude : magnitude,
      end: HEXADECIMAL.lastIndex,
      outOfRange: exceedsInteger(`0x${hexadecimal[2]}`),
    };
  }
  DECIMAL.lastIndex = offset;
  const decimal = DECIMAL.exec(text);
  if (!decimal) return undefined;
  const value = Number(decimal[0]);
  const whole = decimal[1] === undefined && decimal[2] === undefined;
  return {
    value,
    end: DECIMAL.lastIndex,
    outOfRange: whole
      ? exceedsInteger(decimal[0].replace("-", ""))
      : !fitsDouble(decimal[0]),
  };
}

/** libucl keeps whole numbers in 64 bits. */
function exceedsInteger(digits: string): boolean {
  return BigInt(digits) >= 2n ** 63n;
}

/** C's `strtod` also refuses what is too small for full precision. */
function fitsDouble(spelling: string): boolean {
  const magnitude = Math.abs(Number(spelling));
  if (!Number.isFinite(magnitude)) return false;
  const isZero = /^-?[0.]*(e|$)/i.test(spelling);
  return isZero || magnitude >= 2 ** -1022;
}

function readSuffix(text: string, number: ReadNumber): ReadNumber {
  SUFFIX.lastIndex = number.end;
  const suffix = SUFFIX.exec(text)?.[0].toLowerCase();
  if (suffix !== undefined) {
    return {
      ...number,
      value: scale(number.value, suffix),
      end: SUFFIX.lastIndex,
    };
  }
  BLANKS.lastIndex = number.end;
  return BLANKS.test(text) ? { ...number, end: BLANKS.lastIndex } : number;
}

function scale(value: number, suffix: string): number {
  const unit = suffix[0];
  if (suffix === "ms") return value / 1000;
  return suffix[1] === "b"
    ? Math.trunc(value) * KIBI[unit]
    : value * THOUSANDS[unit];
}

function endsAt(text: string, offset: number): boolean {
  END.lastIndex = offset;
  return END.test(text);
}
