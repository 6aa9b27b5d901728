/**
 * Variables of a UCL text: `$NAME` and `${NAME}`.
 *
 * @module
 */

/** Names and what they stand for. */
export type Variables = Readonly<Record<string, string>>;

/** The directories of an rspamd installation from a package. */
export const RSPAMD_VARIABLES: Variables = {
  CONFDIR: "/etc/rspamd",
  LOCAL_CONFDIR: "/etc/rspamd",
  RUNDIR: "/run/rspamd",
  DBDIR: "/var/lib/rspamd",
  LOGDIR: "/var/log/rspamd",
  PLUGINSDIR: "/usr/share/rspamd/plugins",
  SHAREDIR: "/usr/share/rspamd",
  RULESDIR: "/usr/share/rspamd/rules",
  WWWDIR: "/usr/share/rspamd/www",
  PREFIX: "/usr",
};

/**
 * Puts in the values of variables, as libucl's `ucl_expand_variable` does:
 * without braces the first name that the text goes on with is the variable,
 * an unknown one stays as it is, and `$$` is a dollar sign only in a text
 * that has a variable.
 */
export function expandVariables(text: string, variables: Variables): string {
  const names = Object.keys(variables);
  let expanded = "";
  let copied = 0;
  let found = false;
  let dollar = text.indexOf("$");
  while (dollar >= 0 && dollar + 1 < text.length) {
    const after = dollar + 1;
    const name = names.find((name) =>
      text.startsWith(name, after) || text.startsWith(`{${name}}`, after)
    );
    let end = after;
    expanded += text.slice(copied, dollar);
    if (name !== undefined) {
      found = true;
      expanded += variables[name];
      end += name.length + (text[after] === "{" ? 2 : 0);
    } else {
      expanded += "$";
      if (text[after] === "$") end++;
    }
    copied = end;
    dollar = text.indexOf("$", end);
  }
  return found ? expanded + text.slice(copied) : text;
}
