/** How one API parameter, or one key of a property string, must look. The words are those of the real API's schema. */
export interface Parameter {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'array';
  readonly optional?: boolean;
  /** A name from formats.ts, or the keys of a property string. */
  readonly format?: string | PropertyFormat;
  readonly enum?: readonly string[];
  /** Anchored by the checker. */
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Another parameter that must be given too. */
  readonly requires?: string;
  readonly items?: Parameter;
  /** For `name[n]`: how many there are, counted from 0. */
  readonly count?: number;
}

/** A key that is another name for a key; `keyAlias` gets the name itself, as in `virtio=<mac>`. */
export interface Alias {
  readonly alias: string;
  readonly keyAlias?: string;
}

export type Property = (Parameter & { readonly defaultKey?: boolean }) | Alias;
export type PropertyFormat = Readonly<Record<string, Property>>;
export type Parameters = Readonly<Record<string, Parameter>>;

type Limits = Omit<Parameter, 'type'> & { readonly defaultKey?: boolean };

/** Everything is optional unless wrapped in `required`, since most parameters are. */
export const text = (limits: Limits = {}) => ({ type: 'string', optional: true, ...limits }) as const;
export const integer = (limits: Limits = {}) => ({ type: 'integer', optional: true, ...limits }) as const;
export const number = (limits: Limits = {}) => ({ type: 'number', optional: true, ...limits }) as const;
export const boolean = (limits: Limits = {}) => ({ type: 'boolean', optional: true, ...limits }) as const;
export const oneOf = (values: readonly string[], limits: Limits = {}) => text({ enum: values, ...limits });
export const formatted = (format: string | PropertyFormat, limits: Limits = {}) =>
  text({ format, ...limits });

export function required<T extends Parameter>(parameter: T): T {
  return { ...parameter, optional: false };
}

export function isAlias(property: Property): property is Alias {
  return 'alias' in property;
}

const VMID_LIMITS = { format: 'pve-vmid', minimum: 100, maximum: 999_999_999 } as const;

export const NODE = required(formatted('pve-node'));
export const VMID = required(integer(VMID_LIMITS));
export const OPTIONAL_VMID = integer(VMID_LIMITS);
export const STORAGE = required(formatted('pve-storage-id'));
