/** Query keys, one place, so that a mutation knows what it makes stale. */
export const keys = {
  session: ["session"] as const,
  list: (resource: string, query: object = {}) => [resource, "list", query] as const,
  /** Every list of a resource, but none of its single objects: what a deletion makes stale. */
  lists: (resource: string) => [resource, "list"] as const,
  resource: (resource: string) => [resource] as const,
  one: (resource: string, id: string) => [resource, "one", id] as const,
  part: (resource: string, id: string, part: string, query: object = {}) =>
    [resource, "one", id, part, query] as const,
  catalogue: (name: string) => ["catalogue", name] as const,
};
