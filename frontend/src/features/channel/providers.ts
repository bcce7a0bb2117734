/** Reading the catalogue of providers. */
import type { ChannelAccount, ChannelProvider, Page } from "@/shared/api/types";
import { pick } from "@/shared/i18n/setup";

export function listOf<T>(answer: Page<T> | T[] | undefined): T[] {
  return Array.isArray(answer) ? answer : (answer?.results ?? []);
}

type Key = Pick<ChannelAccount, "channel" | "provider">;

export function providerOf(catalogue: ChannelProvider[], key: Key): ChannelProvider | undefined {
  return catalogue.find((item) => item.channel === key.channel && item.provider === key.provider);
}

export function providerName(catalogue: ChannelProvider[], key: Key, lang: string): string {
  return pick(providerOf(catalogue, key)?.labels, lang) || key.provider;
}

/** What is sent back: a secret that was only shown as "set" is left out, so that it stays as it is. */
export function writable(settings: Record<string, unknown>): Record<string, unknown> {
  const kept = (value: unknown) => !(typeof value === "object" && value !== null && "set" in value);
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => kept(value)));
}

/** Its quota is used up until some time that is still to come. */
export function isWaiting(account: ChannelAccount): boolean {
  return (
    account.status === "active" &&
    account.waits_until !== null &&
    Date.parse(account.waits_until) > Date.now()
  );
}
