/**
 * Errors of TLS connections that are told twice.
 *
 * @module
 */

let isInstalled = false;

/**
 * Keeps an error that a TLS connection emits for the second time from ending
 * the process. Deno (2.8.3) does that when a server refuses the client's
 * certificate after the handshake, and npm:redis listens for the first error
 * only.
 */
export function passOverRepeatedErrors(): void {
  if (isInstalled) return;
  isInstalled = true;
  globalThis.addEventListener("error", (event) => {
    const { error } = event;
    if (error instanceof Error && error.stack?.includes("tls_wrap")) {
      event.preventDefault();
    }
  });
}
