/** Time zones that this browser knows, with the tenant's own always among them. */
export function timeZones(current: string): string[] {
  const supported = (Intl as { supportedValuesOf?: (key: string) => string[] }).supportedValuesOf;
  const known = supported
    ? supported("timeZone")
    : ["Asia/Shanghai", "Asia/Hong_Kong", "Asia/Tokyo", "Europe/Berlin"];
  return known.includes(current) ? known : [current, ...known];
}
