import path from "node:path";

/**
 * Floors of the front end, one way only: shared, then features, then app; features do not know each other.
 * Works on resolved paths, so that a relative import cannot go round it.
 */
const SRC = path.resolve(import.meta.dirname, "src");
const FLOORS = ["shared", "features", "app"];

function place(file) {
  const [floor, feature] = path.relative(SRC, file).split(path.sep);
  return { floor, feature: floor === "features" ? feature : null };
}

function target(from, source) {
  if (source.startsWith("@/")) return place(path.join(SRC, source.slice(2)));
  if (source.startsWith(".")) return place(path.resolve(path.dirname(from), source));
  return null;
}

function breach(here, there) {
  const up = FLOORS.indexOf(there.floor) > FLOORS.indexOf(here.floor);
  if (FLOORS.includes(here.floor) && up) return `${here.floor}/ must not import ${there.floor}/`;
  const other = here.feature && there.feature && here.feature !== there.feature;
  return other ? `feature ${here.feature} must not import feature ${there.feature}` : null;
}

const rule = {
  meta: { type: "problem", schema: [] },
  create(context) {
    const check = (node) => {
      const source = node.source?.value;
      if (typeof source !== "string") return;
      const there = target(context.filename, source);
      const message = there && breach(place(context.filename), there);
      if (message) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

export default { rules: { oneway: rule } };
