import dayjs from "dayjs";
import { expect, it } from "vitest";
import { fromTheWall, onTheWall } from "./wall";

it("picks and shows the tenant's wall clock, whatever zone the browser is in", () => {
  expect(onTheWall("2026-07-01T02:00:00Z", "Asia/Shanghai")?.format("YYYY-MM-DD HH:mm")).toBe(
    "2026-07-01 10:00",
  );
  expect(fromTheWall(dayjs("2026-07-01T10:00:00"), "Asia/Shanghai")).toBe("2026-07-01T10:00:00+08:00");
  expect(fromTheWall(dayjs("2026-01-01T10:00:00"), "Europe/Berlin")).toBe("2026-01-01T10:00:00+01:00");
  expect(fromTheWall(dayjs("2026-07-01T10:00:00"), "Europe/Berlin")).toBe("2026-07-01T10:00:00+02:00");
  expect(onTheWall("", "Asia/Shanghai")).toBeNull();
  expect(fromTheWall(null)).toBeUndefined();
});
