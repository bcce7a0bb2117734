/** Pickers work on wall-clock times; these turn them into instants of the tenant's zone and back. */
import dayjs, { type Dayjs } from "dayjs";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";
import { tenantZone } from "./zone";

dayjs.extend(utc);
dayjs.extend(timezone);

const WALL = "YYYY-MM-DDTHH:mm:ss";

/** The instant as the tenant's wall clock shows it, for a picker. */
export function onTheWall(instant: unknown, zone = tenantZone()): Dayjs | null {
  if (typeof instant !== "string" || !instant) return null;
  return zone ? dayjs(dayjs(instant).tz(zone).format(WALL)) : dayjs(instant);
}

/** What was picked as an instant with the offset that the tenant's zone has at that time. */
export function fromTheWall(picked: Dayjs | null, zone = tenantZone()): string | undefined {
  if (!picked) return undefined;
  return zone ? dayjs.tz(picked.format(WALL), zone).format(`${WALL}Z`) : picked.format(`${WALL}Z`);
}
