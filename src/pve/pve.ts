import type { Text } from '../plan/secret.ts';

export type Params = Readonly<
  Record<string, string | number | boolean | Text | readonly string[] | undefined>
>;

/**
 * The API of one cluster, as `proxwright` sees it. Paths begin behind `/api2/json`, with every part
 * percent-encoded by {@link apiPath}. Throws ApiError (the node said no), TargetError (no answer, no access).
 */
export interface Pve {
  get<Answer>(path: string, params?: Params, options?: RequestOptions): Promise<Answer>;
  post<Answer>(path: string, params?: Params, options?: RequestOptions): Promise<Answer>;
  put<Answer>(path: string, params?: Params, options?: RequestOptions): Promise<Answer>;
  delete<Answer>(path: string, params?: Params, options?: RequestOptions): Promise<Answer>;
  /** `root@pam`, `ci@pve!provisioner`. */
  readonly user: string;
  close(): Promise<void>;
}

export interface RequestOptions {
  signal?: AbortSignal;
}

/** Builds a path from literal parts and values: apiPath`/nodes/${node}/qemu/${vmid}/config`. */
export function apiPath(parts: TemplateStringsArray, ...values: (string | number)[]): string {
  return parts.reduce((path, part, at) => path + encodeURIComponent(String(values[at - 1])) + part);
}
