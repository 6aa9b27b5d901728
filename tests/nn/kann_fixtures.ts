/** A network saved by a real rspamd, with what it answered to some inputs. */
export interface KannFixture {
  name: string;
  bytes: Uint8Array;
  inputs: number[][];
  outputs: number[];
}

/** All networks in the fixtures, of both versions of rspamd. */
export function kannFixtures(): KannFixture[] {
  return ["kann-rspamd-3.4", "kann-rspamd-4.1.6"].flatMap((folder) => {
    const url = new URL(`../fixtures/${folder}/`, import.meta.url);
    return [...Deno.readDirSync(url)].map(({ name }) => {
      const json = JSON.parse(Deno.readTextFileSync(new URL(name, url)));
      return {
        name: `${folder}/${name}`,
        bytes: Uint8Array.fromBase64(json.kann_base64),
        inputs: json.inputs,
        outputs: json.outputs,
      };
    });
  });
}
