/** Wall-clock times in the tenant's zone: what pickers show and what the API stores. */
import dayjs, { type Dayjs } from "dayjs";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";

dayjs.extend(utc);
dayjs.extend(timezone);

const WALL = "YYYY-MM-DDTHH:mm:ss";

/** The instant as the clock on the tenant's wall shows it. */
export function onTheWall(instant: string | null | undefined, zone: string): Dayjs | null {
  return instant ? dayjs(dayjs(instant).tz(zone).format(WALL)) : null;
}

/** The other way round: the same wall-clock digits, in the tenant's zone, with its offset. */
export function inZone(wall: Dayjs, zone: string): string {
  return dayjs.tz(wall.format(WALL), zone).format(`${WALL}Z`);
}

export function tomorrow(zone: string, now: Date = new Date()): Dayjs {
  return dayjs(dayjs(now).tz(zone).format(WALL)).add(1, "day").startOf("day");
}

export function clock(text: string): Dayjs {
  return dayjs(`2000-01-01T${text}`);
}
