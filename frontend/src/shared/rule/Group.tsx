/** A group of conditions: joined by all / any, turned round or not. The root may be nothing yet, or a single condition. */
import { DeleteOutlined, PlusOutlined, SnippetsOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { AddCondition } from "./AddCondition";
import { ConditionRow } from "./ConditionRow";
import { CountChip } from "./CountChip";
import { Handle } from "./Handle";
import { Member } from "./Member";
import {
  addTo,
  childrenOf,
  coreOf,
  getAt,
  isCondition,
  type Joiner,
  joinerOf,
  ownProblems,
  type Path,
  pointerOf,
  removeAt,
  setJoiner,
  toggleNot,
} from "./model/tree";
import { NotButton } from "./NotButton";
import { PartMenu } from "./PartMenu";
import styles from "./rule.module.css";
import type { Shared } from "./shared";
import type { Rule } from "./types";

interface View {
  outer: Rule | null;
  joiner: Joiner;
  negated: boolean;
  /** A single condition stands where a group would: it is shown as the only member of one. */
  single: boolean;
  members: Path[];
  /** Where something is added. */
  target: Path;
}

function viewOf(root: Rule | null, path: Path): View {
  const outer = root ? (getAt(root, path) ?? null) : null;
  if (!outer) return { outer, joiner: "all", negated: false, single: false, members: [], target: path };
  const core = coreOf(outer, path);
  const joiner = joinerOf(core.rule) ?? "all";
  const single = isCondition(core.rule);
  const members = single ? [path] : childrenOf(core.rule).map((_, index) => [...core.path, joiner, index]);
  return { outer, joiner, negated: core.negated, single, members, target: single ? path : core.path };
}

/** The pointer of what was just added to the group at `target`. */
function newest(root: Rule, target: Path): string {
  const core = coreOf(getAt(root, target) ?? root, target);
  return pointerOf([...core.path, joinerOf(core.rule) ?? "all", childrenOf(core.rule).length - 1]);
}

export function Group({ shared, path }: { shared: Shared; path: Path }) {
  const { root, catalogue, lang, disabled } = shared;
  const { t } = useTranslation("rule");
  const view = viewOf(root, path);
  const add = (rule: Rule) => {
    const next = addTo(root, view.target, rule);
    shared.put(next);
    shared.setFocus({ pointer: newest(next, view.target), part: "first" });
  };
  const own = view.single ? [] : ownProblems(shared.problems, path, view.members);
  const inner = path.length ? styles.inner : "";
  const deeper = view.joiner === "all" ? { any: [] } : { all: [] };
  return (
    <div className={`${styles.group} ${inner} ${view.negated && !view.single ? styles.negated : ""}`}>
      {view.single || !view.outer ? null : (
        <Head shared={shared} path={path} view={view} outer={view.outer} />
      )}
      {view.members.length === 0 ? <p className={styles.hint}>{t("builder.empty")}</p> : null}
      <Members shared={shared} members={view.members} joiner={view.joiner} />
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
          onClick={() => add(deeper)}
        >
          {t("builder.addGroup")}
        </Button>
        {shared.clip && !disabled ? (
          <Button
            type="text"
            icon={<SnippetsOutlined aria-hidden />}
            onClick={() => add(shared.clip as Rule)}
          >
            {t("builder.paste")}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function Head({ shared, path, view, outer }: { shared: Shared; path: Path; view: View; outer: Rule }) {
  const { t } = useTranslation("rule");
  const { put, disabled, lang, preview } = shared;
  const root = shared.root as Rule;
  return (
    <div className={styles.groupHead}>
      <Handle shared={shared} path={path} />
      <NotButton negated={view.negated} disabled={disabled} onClick={() => put(toggleNot(root, path))} />
      <Segmented
        aria-label={t("joiner.label")}
        size="small"
        value={view.joiner}
        disabled={disabled}
        options={(["all", "any"] as Joiner[]).map((key) => ({ value: key, label: t(`joiner.${key}`) }))}
        onChange={(next) => put(setJoiner(root, view.target, next))}
      />
      <span className={styles.spacer} />
      {path.length ? (
        <>
          <CountChip preview={preview} rule={outer} lang={lang} />
          <PartMenu shared={shared} path={path} group />
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined aria-hidden />}
            aria-label={t("builder.removeGroup")}
            disabled={disabled}
            onClick={() => put(removeAt(root, path))}
          />
        </>
      ) : null}
    </div>
  );
}

function Members({ shared, members, joiner }: { shared: Shared; members: Path[]; joiner: Joiner }) {
  const { t } = useTranslation("rule");
  return (
    <div className={members.length > 1 ? styles.members : styles.membersOne}>
      {members.map((path, index) => {
        const outer = shared.root ? getAt(shared.root, path) : undefined;
        if (!outer) return null;
        const group = !isCondition(coreOf(outer, path).rule);
        return (
          <div key={pointerOf(path)} className={styles.member}>
            {index > 0 ? (
              <span className={`${styles.joiner} ${joiner === "any" ? styles.joinerAny : ""}`}>
                {t(joiner === "any" ? "or" : "and")}
              </span>
            ) : null}
            <Member shared={shared} path={path} group={group}>
              {group ? (
                <Group shared={shared} path={path} />
              ) : (
                <ConditionRow shared={shared} path={path} outer={outer} />
              )}
            </Member>
          </div>
        );
      })}
    </div>
  );
}
