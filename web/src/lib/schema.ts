// What may come from outside, as values that read it: a schema takes anything and gives either what it promises or `invalid`,
// and never throws. Objects lose fields that their schema does not name. A fraction of a library's weight, since a page that
// opens has to load it.

export const invalid = Symbol('invalid');

export interface Schema<Out = unknown> {
  readonly read: (value: unknown) => Out | typeof invalid;
}

interface OptionalSchema<Out> extends Schema<Out | undefined> {
  readonly optional: true;
}

type Shape = Readonly<Record<string, Schema>>;
type OptionalKeys<S extends Shape> = { [Key in keyof S]: S[Key] extends OptionalSchema<unknown> ? Key : never }[keyof S];
type ObjectOf<S extends Shape> = { [Key in Exclude<keyof S, OptionalKeys<S>>]: Infer<S[Key]> } & {
  [Key in OptionalKeys<S>]?: Infer<S[Key]>;
};

interface ObjectSchema<S extends Shape> extends Schema<Flat<ObjectOf<S>>> {
  readonly shape: S;
}

type Flat<T> = { [Key in keyof T]: T[Key] };

/** What a schema reads. */
export type Infer<S> = S extends Schema<infer Out> ? Out : never;

/** Anything that passes `test`. */
function where<Out>(test: (value: unknown) => value is Out): Schema<Out> {
  return { read: (value) => (test(value) ? value : invalid) };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const unknown = (): Schema => ({ read: (value) => value });
export const string = (): Schema<string> => where(isText);
/** A text that is not empty. */
export const filled = (): Schema<string> => where((value): value is string => isText(value) && value !== '');
export const number = (): Schema<number> => where((value): value is number => Number.isFinite(value));
export const boolean = (): Schema<boolean> => where((value): value is boolean => typeof value === 'boolean');

/** One of these values. */
export function oneOf<const Values extends readonly (string | boolean)[]>(...values: Values): Schema<Values[number]> {
  return where((value): value is Values[number] => (values as readonly unknown[]).includes(value));
}

/** Text such as `2026-01-02T03:04:05.678Z` on the wire, milliseconds since 1970 in here. */
export function instant(): Schema<number> {
  return {
    read(value) {
      const at = isText(value) ? Date.parse(value) : NaN;
      return Number.isNaN(at) ? invalid : at;
    },
  };
}

/** May be missing; in an object alone. */
export function optional<Out>(schema: Schema<Out>): OptionalSchema<Out> {
  return { optional: true, read: (value) => (value === undefined ? undefined : schema.read(value)) };
}

export function nullable<Out>(schema: Schema<Out>): Schema<Out | null> {
  return { read: (value) => (value === null ? null : schema.read(value)) };
}

export function array<Out>(schema: Schema<Out>): Schema<Out[]> {
  return {
    read(value) {
      if (!Array.isArray(value)) return invalid;
      const list: Out[] = [];
      for (const item of value as readonly unknown[]) {
        const read = schema.read(item);
        if (read === invalid) return invalid;
        list.push(read);
      }
      return list;
    },
  };
}

/** Any names, values all of one kind. */
export function record<Out>(schema: Schema<Out>): Schema<Record<string, Out>> {
  return {
    read(value) {
      if (!isRecord(value)) return invalid;
      const entries: [string, Out][] = [];
      for (const [name, item] of Object.entries(value)) {
        const read = schema.read(item);
        if (read === invalid) return invalid;
        entries.push([name, read]);
      }
      return Object.fromEntries(entries);
    },
  };
}

export function object<S extends Shape>(shape: S): ObjectSchema<S> {
  return {
    shape,
    read(value) {
      if (!isRecord(value)) return invalid;
      const entries: [string, unknown][] = [];
      for (const [name, schema] of Object.entries(shape)) {
        const read = schema.read(value[name]);
        if (read === invalid) return invalid;
        if (read !== undefined) entries.push([name, read]);
      }
      return Object.fromEntries(entries) as Flat<ObjectOf<S>>;
    },
  };
}

/** What the first of two reads, else what the second does. */
export function either<One, Other>(one: Schema<One>, other: Schema<Other>): Schema<One | Other> {
  return {
    read(value) {
      const read = one.read(value);
      return read === invalid ? other.read(value) : read;
    },
  };
}
