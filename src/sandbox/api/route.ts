import { fullName, type Identity, privilegesAt } from '../auth/permissions.ts';
import { denied } from '../refusal.ts';
import type { Values } from '../schema/check.ts';
import type { Parameters } from '../schema/parameter.ts';
import type { TaskOrder } from '../state/tasks.ts';
import type { World } from '../world.ts';
import type { Given } from './given.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One node of the permission tree, in the words of the real API's schema. */
export type Check = readonly [string, ...(string | number | readonly string[] | Check)[]];
export interface Permission {
  readonly user?: 'all' | 'world';
  readonly check?: Check;
}

/** One call of the API: what it takes, who may, and what it does. */
export interface Route {
  readonly method: Method;
  /** With placeholders, as `/nodes/{node}/qemu/{vmid}`; each is a parameter too. */
  readonly path: string;
  readonly parameters: Parameters;
  readonly permission?: Permission;
  /** Handled by the node that the path names: an unknown one is a failed host name look-up. */
  readonly proxied?: true;
  /** Only with a ticket. */
  readonly noToken?: true;
  /** What the real one takes, in milliseconds at speed 1. */
  readonly ms?: number;
  /** The answer's `data`; a `Reply` when more than that is said. */
  handle(call: Call): unknown | Promise<unknown>;
}

/** An answer with more than `data`, such as the `total` of a task's log. */
export class Reply {
  readonly data: unknown;
  readonly more: Readonly<Record<string, unknown>>;

  constructor(data: unknown, more: Readonly<Record<string, unknown>>) {
    this.data = data;
    this.more = more;
  }
}

/** A file that came by multipart upload, already whole on disk. */
export interface Upload {
  readonly filename: string;
  readonly path: string;
  readonly size: number;
}

/** A checked request on its way into a handler. */
export class Call {
  readonly world: World;
  readonly who: Identity;
  readonly given: Given;
  readonly values: Values;
  readonly upload: Upload | undefined;
  readonly #sabotage: string | undefined;

  constructor(
    world: World,
    request: { who: Identity; given: Given; values: Values; upload?: Upload; sabotage?: string },
  ) {
    this.world = world;
    this.who = request.who;
    this.given = request.given;
    this.values = request.values;
    this.upload = request.upload;
    this.#sabotage = request.sabotage;
  }

  get node(): string {
    return this.given.need('node');
  }

  get vmid(): number {
    return this.given.integer('vmid');
  }

  /** The real code compares the string, so that even root's own tokens are not root. */
  get isRoot(): boolean {
    return fullName(this.who) === 'root@pam';
  }

  can(path: string, privileges: readonly string[], any = false): boolean {
    const held = privilegesAt(this.world.users.config, this.who, path);
    return any ? privileges.some((one) => held.has(one)) : privileges.every((one) => held.has(one));
  }

  /** Throws the real 403, which names the path and the first privilege that is missing. */
  need(path: string, privileges: readonly string[]): void {
    const missing = privileges.find((privilege) => !this.can(path, [privilege]));
    if (missing !== undefined) throw denied(`${path}, ${missing}`);
  }

  /** Starts a task in this caller's name and returns its UPID. */
  startTask(order: Omit<TaskOrder, 'user' | 'sabotage'>): string {
    const sabotage = this.#sabotage === undefined ? {} : { sabotage: this.#sabotage };
    return this.world.tasks.start({ ...order, user: fullName(this.who), ...sabotage });
  }
}
