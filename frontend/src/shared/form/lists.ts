/** Keys of list items that become ports: short, stable, never used twice in one list. */
const LETTERS = "abcdefghijklmnopqrstuvwxyz";

export function nextKey(taken: string[]): string {
  const free = [...LETTERS].find((letter) => !taken.includes(letter));
  if (free) return free;
  let number = 1;
  while (taken.includes(`k${number}`)) number += 1;
  return `k${number}`;
}

export function moved<T>(list: T[], from: number, to: number): T[] {
  if (to < 0 || to >= list.length) return list;
  const next = [...list];
  const [item] = next.splice(from, 1);
  next.splice(to, 0, item as T);
  return next;
}
