// @ts-check
/// <reference no-default-lib="true" />
/// <reference lib="esnext" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/**
 * Keeps the page up to date. All of it is written by the server: this fetches
 * it again when the server tells of a change, and replaces what has changed.
 */

/** The server tells of changes once a second at most; this waits no less. */
const LEAST_WAIT_MS = 500;
const DATE = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "short",
});
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/**
 * Tells times by the reader's clock.
 *
 * @param {ParentNode} root
 */
function tellTimes(root) {
  for (const time of root.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    time.title = time.textContent ?? "";
    const format = time.dataset.shows === "time" ? CLOCK : DATE;
    time.textContent = format.format(at);
  }
}

/**
 * Which part of a page has a name.
 *
 * @param {Document} page
 * @param {string} name
 */
function partOf(page, name) {
  const part = page.querySelector(`[data-part="${name}"]`);
  return part instanceof HTMLElement ? part : undefined;
}

/**
 * Whether a part is not to change under the reader's hands.
 *
 * @param {HTMLElement} part
 */
function isHeld(part) {
  return part.dataset.part === "scores" &&
    part.matches(":has(details[open]), :has(summary:hover), :focus-within");
}

/** What each part was, as the server wrote it. @type {Map<string, string>} */
const written = new Map();

/**
 * Replaces a part, and leaves open what is open, and the focus where it is.
 *
 * @param {HTMLElement} part
 * @param {HTMLElement} next
 */
function replace(part, next) {
  const focused = part.contains(document.activeElement)
    ? document.activeElement
    : undefined;
  const path = focused && pathOf(focused, part);
  const open = [...part.querySelectorAll("details[open]")].map(({ id }) => id);
  const scrolled = [...part.querySelectorAll(".scroll")]
    .map(({ scrollLeft }) => scrollLeft);
  tellTimes(next);
  part.replaceChildren(...next.childNodes);
  for (const id of open) {
    part.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  }
  for (const [i, box] of part.querySelectorAll(".scroll").entries()) {
    box.scrollLeft = scrolled[i] ?? 0;
  }
  const target = path && part.querySelector(path);
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
}

/**
 * Where an element is in a part, as a selector.
 *
 * @param {Element} element
 * @param {Element} part
 */
function pathOf(element, part) {
  /** @type {string[]} */
  const path = [];
  for (let at = element; at !== part && at.parentElement;) {
    const parent = at.parentElement;
    const place = [...parent.children].indexOf(at) + 1;
    path.unshift(at.id ? `#${CSS.escape(at.id)}` : `:nth-child(${place})`);
    at = parent;
  }
  return `:scope > ${path.join(" > ")}`;
}

/** Fetches the page, and replaces what is not as it was. */
async function update() {
  // What came of a form is at another address, and stays there.
  const address = location.pathname === "/" ? location.href : "/";
  const response = await fetch(address, { cache: "no-store" });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const page = new DOMParser()
    .parseFromString(await response.text(), "text/html");
  let isHolding = false;
  for (const next of page.querySelectorAll("[data-part]")) {
    if (!(next instanceof HTMLElement)) continue;
    const name = next.dataset.part ?? "";
    const part = partOf(document, name);
    const text = next.innerHTML;
    if (!part || written.get(name) === text) continue;
    if (isHeld(part)) {
      isHolding = true;
      continue;
    }
    replace(part, next);
    written.set(name, text);
  }
  const note = document.getElementById("held");
  if (note) note.hidden = !isHolding;
}

/** @param {string} text */
function tellState(text) {
  const state = document.getElementById("live");
  if (state) state.textContent = text;
}

let isUpdating = false;
let isStale = false;

/** Updates once more where something changed meanwhile. */
async function updateSoon() {
  isStale = true;
  if (isUpdating) return;
  isUpdating = true;
  try {
    while (isStale) {
      isStale = false;
      await update();
      tellState("live");
      await new Promise((resolve) => setTimeout(resolve, LEAST_WAIT_MS));
    }
  } catch {
    tellState("not up to date");
  } finally {
    isUpdating = false;
  }
}

/** @type {EventSource | undefined} */
let events;

/** Listens while somebody looks: a browser has few connections to a host. */
function listen() {
  events?.close();
  events = undefined;
  if (document.hidden) return;
  events = new EventSource("/v1/events");
  // Something may have changed while nobody listened.
  events.addEventListener("open", updateSoon);
  events.addEventListener("change", updateSoon);
  events.addEventListener("error", () => tellState("not up to date"));
}

/**
 * Explains what was pasted without leaving the page.
 *
 * @param {HTMLFormElement} form
 */
async function explain(form) {
  const entries = [...new FormData(form)]
    .map(([name, value]) => /** @type {[string, string]} */ ([name, value]));
  const response = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(entries),
  });
  const page = new DOMParser()
    .parseFromString(await response.text(), "text/html");
  const [now, next] = [document, page].map((of) =>
    of.getElementById("explained")
  );
  // An answer of something in between, such as a proxy, is not such a page.
  if (!now || !next) return form.submit();
  now.replaceChildren(...next.childNodes);
  const [field, other] = [document, page].map((of) =>
    of.querySelector("#scan")
  );
  field?.setAttribute(
    "aria-invalid",
    other?.getAttribute("aria-invalid") ?? "false",
  );
  now.focus();
}

for (const part of document.querySelectorAll("[data-part]")) {
  if (part instanceof HTMLElement) {
    written.set(part.dataset.part ?? "", part.innerHTML);
  }
}
tellTimes(document);
listen();
document.addEventListener("visibilitychange", listen);
// Once the reader has done, what waited is shown.
document.getElementById("scores")?.addEventListener("toggle", updateSoon, true);
document.getElementById("scores")?.addEventListener("focusout", updateSoon);
document.getElementById("scores")?.addEventListener("mouseleave", updateSoon);
const form = document.querySelector("#explain form");
if (form instanceof HTMLFormElement) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    explain(form).catch(() => form.submit());
  });
}
