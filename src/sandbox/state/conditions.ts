import { join } from 'node:path';
import { readJson, remove, writeJson } from './files.ts';

export interface UnitState {
  load: 'loaded' | 'masked' | 'not-found';
  active: 'active' | 'inactive' | 'failed';
  enabled: 'enabled' | 'disabled' | 'masked' | 'static' | '';
  /** Of its process, where it has one of its own. */
  pid?: number | undefined;
}

export interface Said {
  stdout?: string;
  stderr?: string;
  exitCode?: number;
}

/** How one node differs from a healthy one. */
export interface NodeCondition {
  /** `chrony.service` → what differs. */
  units?: Record<string, Partial<UnitState>>;
  /** Whole command line → what it says instead. */
  says?: Record<string, Said>;
  /** Beginnings of command lines that never end. */
  hangs?: string[];
}

export interface Condition {
  nodes?: Record<string, NodeCondition>;
  /** Path of a GET → fields that its answer has instead; a list is replaced as a whole. */
  answers?: Record<string, unknown>;
}

/** A node that never ends a command is let go after so many milliseconds, so that nothing piles up. */
export const HANGS_FOR = 15_000;

/** What is broken about the practice cluster: by its user's own `systemctl stop`, or on purpose, for tests. */
export class Conditions {
  readonly #path: string;
  #condition: Condition;

  constructor(stateDir: string) {
    this.#path = conditionFile(stateDir);
    this.#condition = readJson<Condition>(this.#path) ?? {};
  }

  get all(): Condition {
    return this.#condition;
  }

  node(node: string): NodeCondition {
    return this.#condition.nodes?.[node] ?? {};
  }

  /** Takes the place of all that was broken before; an empty one heals. */
  replace(condition: Condition): void {
    this.#condition = condition;
    if (Object.keys(condition).length === 0) remove(this.#path);
    else writeJson(this.#path, condition, 0o600);
  }

  changeUnit(node: string, unit: string, change: Partial<UnitState>): void {
    const before = this.node(node);
    const units = { ...before.units, [unit]: { ...before.units?.[unit], ...change } };
    this.replace({ ...this.#condition, nodes: { ...this.#condition.nodes, [node]: { ...before, units } } });
  }

  /** The unit is again as its machine came. */
  forgetUnit(machine: string, unit: string): void {
    const before = this.node(machine);
    if (before.units?.[unit] === undefined) return;
    const { [unit]: _, ...units } = before.units;
    const { units: __, ...rest } = before;
    this.#change(machine, Object.keys(units).length === 0 ? rest : { ...rest, units });
  }

  /** Nothing differs on this machine any more. */
  forget(machine: string): void {
    this.#change(machine, {});
  }

  #change(machine: string, condition: NodeCondition): void {
    const { [machine]: _, ...others } = this.#condition.nodes ?? {};
    const nodes = Object.keys(condition).length === 0 ? others : { ...others, [machine]: condition };
    const { nodes: __, ...rest } = this.#condition;
    this.replace(Object.keys(nodes).length === 0 ? rest : { ...rest, nodes });
  }

  /** The command speaks for itself again. */
  unsay(node: string, command: string): void {
    const before = this.node(node);
    if (before.says?.[command] === undefined) return;
    const { [command]: _, ...says } = before.says;
    this.replace({ ...this.#condition, nodes: { ...this.#condition.nodes, [node]: { ...before, says } } });
  }

  /** The answer of a GET as it is in this condition. */
  answer(path: string, healthy: unknown): unknown {
    const instead = this.#condition.answers?.[path];
    if (instead === undefined) return healthy;
    if (!isObject(instead) || !isObject(healthy)) return instead;
    return { ...healthy, ...instead };
  }
}

function conditionFile(stateDir: string): string {
  return join(stateDir, 'condition.json');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
