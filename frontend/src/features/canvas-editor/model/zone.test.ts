import { describe, expect, it } from "vitest";
import { inZone, onTheWall, tomorrow } from "./zone";

describe("times on the tenant's wall", () => {
  it("shows the tenant's clock whatever the browser's zone is, and gives the same instant back", () => {
    const wall = onTheWall("2026-12-03T02:00:00Z", "Asia/Shanghai");
    expect(wall?.format("YYYY-MM-DD HH:mm")).toBe("2026-12-03 10:00");
    expect(wall && inZone(wall, "Asia/Shanghai")).toBe("2026-12-03T10:00:00+08:00");
    expect(onTheWall(null, "Asia/Shanghai")).toBeNull();
  });

  it("knows that tomorrow begins at midnight there", () => {
    const late = new Date("2026-11-21T17:00:00Z");
    expect(tomorrow("Asia/Shanghai", late).format("YYYY-MM-DD")).toBe("2026-11-23");
    expect(tomorrow("Europe/London", late).format("YYYY-MM-DD")).toBe("2026-11-22");
  });
});
