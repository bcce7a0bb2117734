/** The tenant's time zone: every time shown or picked is a time on its wall, wherever the browser stands. */
let zone: string | undefined;

/** Told once the session is known; until then the browser's own zone holds. */
export function setTenantZone(name: string | null | undefined): void {
  zone = name || undefined;
}

export function tenantZone(): string | undefined {
  return zone;
}
