// Values of settings held against their declarations in package.json. Knows nothing of VS Code.

/** What package.json says of one setting, as far as a value can break it. */
export interface Declaration {
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';
  readonly default: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The value if it is what the declaration asks for, else the default: settings are written by hand. */
export function sound(value: unknown, declaration: Declaration): unknown {
  return fits(value, declaration) ? value : declaration.default;
}

function fits(value: unknown, { type, enum: allowed, minimum, maximum }: Declaration): boolean {
  if (allowed && !allowed.includes(value)) return false;
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'number':
    case 'integer': {
      if (typeof value !== 'number' || !Number.isFinite(value)) return false;
      if (type === 'integer' && !Number.isInteger(value)) return false;
      return value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity);
    }
    case 'string':
    case 'boolean':
      return typeof value === type;
  }
}
