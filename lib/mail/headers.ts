/**
 * Headers of raw messages (RFC 5322), as they are found rather than as they
 * should be.
 *
 * @module
 */

/** More than this of the headers of a message is not looked at. */
export const MOST_HEADER_BYTES = 256 * 1024;

/** One header of a message. */
export interface HeaderField {
  /** In lower case. */
  name: string;
  /** Unfolded: line breaks are taken out, and nothing else. */
  value: string;
}

/** The headers of a message. */
export interface MailHeaders {
  /** In the order of the message. */
  fields: HeaderField[];
  /** Where the body begins; undefined where the bytes end before it. */
  bodyAt?: number;
}

const NEWLINE = 10;
const RETURN = 13;

/** Bytes that are no UTF-8 become replacement characters. */
const DECODER = new TextDecoder();

/** Printable, and neither white space nor a colon (RFC 5322, 3.6.8). */
const FIELD = /^([!-9;-~]+)[ \t]*:(.*)$/s;

/**
 * Reads the headers of a message. Lines end by LF, with a CR before or not. A
 * line that is no header is passed over, and so is a line `From …` at the
 * beginning, by which mail is kept in some folders.
 *
 * @param bytes the message, or its first part
 */
export function readHeaders(bytes: Uint8Array): MailHeaders {
  const end = endOfHeaders(bytes);
  const text = DECODER.decode(
    bytes.subarray(0, Math.min(end.headers, MOST_HEADER_BYTES)),
  );
  const fields: HeaderField[] = [];
  let open: HeaderField | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith(" ") || line.startsWith("\t")) {
      if (open) open.value += line;
      continue;
    }
    const [, name, value] = FIELD.exec(line) ?? [];
    open = name === undefined ? undefined : { name: name.toLowerCase(), value };
    if (open) fields.push(open);
  }
  return { fields, bodyAt: end.body };
}

/** The values of all headers of a name, in the order of the message. */
export function headerValues(headers: MailHeaders, name: string): string[] {
  return headers.fields.filter((field) => field.name === name)
    .map(({ value }) => value.trim());
}

/** Where the headers end, and where the body begins, if both are there. */
function endOfHeaders(bytes: Uint8Array): { headers: number; body?: number } {
  for (let line = 0; line < bytes.length;) {
    const isReturn = bytes[line] === RETURN;
    const first = line + (isReturn ? 1 : 0);
    if (bytes[first] === NEWLINE) return { headers: line, body: first + 1 };
    const newline = bytes.indexOf(NEWLINE, line);
    if (newline < 0) break;
    line = newline + 1;
  }
  return { headers: bytes.length };
}
