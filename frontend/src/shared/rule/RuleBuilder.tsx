/**
 * The rule as a tree of sentences that can be edited: groups joined by 且 / 或, turned round by 非.
 * Controlled: value in, changed value out; it saves and counts nothing itself (RuleCount does).
 */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import type { PlacedProblem } from "@/shared/form/schema";
import { AddCondition } from "./AddCondition";
import { type RuleCatalogue, useWords } from "./catalogue";
import { ConditionRow, NotButton } from "./ConditionRow";
import type { Words } from "./model/sentence";
import {
  addTo,
  childrenOf,
  coreOf,
  isCondition,
  type Joiner,
  joinerOf,
  ownProblems,
  type Path,
  pointerOf,
  removeAt,
  setAt,
  setJoiner,
  toggleNot,
} from "./model/tree";
import styles from "./rule.module.css";
import type { Condition, Rule } from "./types";

export interface RuleBuilderProps {
  value: Rule | null;
  onChange: (next: Rule | null) => void;
  /** Pointers relative to the rule: "/all/0/value". */
  problems?: PlacedProblem[];
  lang: string;
  disabled?: boolean;
}

interface Shared {
  root: Rule | null;
  put: (next: Rule | null) => void;
  problems: PlacedProblem[];
  words: Words;
  catalogue: RuleCatalogue;
  lang: string;
  disabled?: boolean;
}

export function RuleBuilder({ value, onChange, problems = [], lang, disabled }: RuleBuilderProps) {
  const { words, catalogue } = useWords(lang);
  const shared: Shared = { root: value, put: onChange, problems, words, catalogue, lang, disabled };
  return (
    <div className={styles.builder}>
      <Group shared={shared} path={[]} />
    </div>
  );
}

function within(problems: PlacedProblem[], path: Path): PlacedProblem[] {
  const place = pointerOf(path);
  return problems
    .filter(({ pointer }) => place === "" || pointer === place || pointer.startsWith(`${place}/`))
    .map((problem) => ({ ...problem, pointer: problem.pointer.slice(place.length) }));
}

/** The group at a path. The root may be nothing yet, or a single condition: both look like a group. */
function Group({ shared, path }: { shared: Shared; path: Path }) {
  const { root, put, disabled, catalogue, lang } = shared;
  const { t } = useTranslation("rule");
  const outer = root ? ((path.length ? valueAt(root, path) : root) ?? null) : null;
  const core = outer ? coreOf(outer, path) : null;
  const joiner = joinerOf(core?.rule) ?? "all";
  const single = core !== null && isCondition(core.rule);
  const members: Path[] = !core
    ? []
    : single
      ? [path]
      : childrenOf(core.rule).map((_, index) => [...core.path, joiner, index]);
  const target = single || !core ? path : core.path;
  const add = (rule: Rule) => put(addTo(root, target, rule));
  const own = single ? [] : ownProblems(shared.problems, path, members);
  return (
    <div
      className={`${styles.group} ${path.length ? styles.inner : ""} ${core?.negated && !single ? styles.negated : ""}`}
    >
      {single || !core ? null : (
        <div className={styles.groupHead}>
          <NotButton
            negated={core.negated}
            disabled={disabled}
            onClick={() => put(toggleNot(root as Rule, path))}
          />
          <Segmented
            aria-label={t("joiner.label")}
            size="small"
            value={joiner}
            disabled={disabled}
            options={(["all", "any"] as Joiner[]).map((key) => ({ value: key, label: t(`joiner.${key}`) }))}
            onChange={(next) => put(setJoiner(root as Rule, core.path, next))}
          />
          <span className={styles.spacer} />
          {path.length ? (
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined aria-hidden />}
              aria-label={t("builder.removeGroup")}
              disabled={disabled}
              onClick={() => put(removeAt(root as Rule, path))}
            />
          ) : null}
        </div>
      )}
      {members.length === 0 ? <p className={styles.hint}>{t("builder.empty")}</p> : null}
      <Members shared={shared} members={members} joiner={joiner} />
      {own.map((problem) => (
        <p key={problem.pointer + problem.detail} role="alert" className={styles.problem}>
          {problem.detail}
        </p>
      ))}
      <div className={styles.adders}>
        <AddCondition catalogue={catalogue} lang={lang} disabled={disabled} onAdd={add} />
        <Button
          type="text"
          icon={<PlusOutlined aria-hidden />}
          disabled={disabled}
          onClick={() => add({ any: [] })}
        >
          {t("builder.addGroup")}
        </Button>
      </div>
    </div>
  );
}

function valueAt(root: Rule, path: Path): Rule | undefined {
  let now: unknown = root;
  for (const key of path) now = (now as Record<string | number, unknown> | undefined)?.[key];
  return now as Rule | undefined;
}

function Members({ shared, members, joiner }: { shared: Shared; members: Path[]; joiner: Joiner }) {
  const { t } = useTranslation("rule");
  return (
    <div className={members.length > 1 ? styles.members : styles.membersOne}>
      {members.map((path, index) => (
        <div key={pointerOf(path)} className={styles.member}>
          {index > 0 ? (
            <span className={`${styles.joiner} ${joiner === "any" ? styles.joinerAny : ""}`}>
              {t(joiner === "any" ? "or" : "and")}
            </span>
          ) : null}
          <Member shared={shared} path={path} />
        </div>
      ))}
    </div>
  );
}

function Member({ shared, path }: { shared: Shared; path: Path }) {
  const { root, put, ...rest } = shared;
  if (!root) return null;
  const outer = valueAt(root, path);
  if (!outer) return null;
  const core = coreOf(outer, path);
  if (!isCondition(core.rule)) return <Group shared={shared} path={path} />;
  return (
    <ConditionRow
      {...rest}
      rule={core.rule}
      negated={core.negated}
      problems={within(shared.problems, core.path)}
      onChange={(next: Condition) => put(setAt(root, core.path, next))}
      onNegate={() => put(toggleNot(root, path))}
      onRemove={() => put(removeAt(root, path))}
    />
  );
}
