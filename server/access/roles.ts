/** What a key may be for. A key has one or several; `admin` may call everything. */
export const roles = ['search', 'ingest', 'probe', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Who may call an endpoint: anybody, or the keys with one of these roles. */
export type Access = 'public' | readonly Role[];
