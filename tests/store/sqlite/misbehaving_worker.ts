/**
 * A worker that answers when it is opened, and then does as its name says:
 * the name of the worker is the name of its behaviour.
 *
 * @module
 */

const scope = self as unknown as {
  name: string;
  onmessage: (event: MessageEvent<{ kind: string }>) => void;
  postMessage(message: unknown): void;
  close(): void;
};

const BEHAVIOURS: Record<string, () => void> = {
  "throws": () => {
    throw new Error("out of order");
  },
  "rejects": () => {
    Promise.reject(new Error("out of order"));
  },
  "ends": () => scope.close(),
  "is silent": () => {},
};

scope.onmessage = ({ data }) => {
  if (data.kind === "open" && scope.name !== "never opens") {
    scope.postMessage({ outcomes: [{ value: undefined }] });
  } else {
    BEHAVIOURS[scope.name]?.();
  }
};
