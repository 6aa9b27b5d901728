/** What a command ends with. */
export const EXIT = {
  good: 0,
  failed: 1,
  /** Wrong flags, files or configurations. */
  misused: 2,
} as const;
