import type { components } from './schema';

type ProblemBody = components['schemas']['Problem'];

/** What went wrong, in words for people: `code` for programs, `cure` for what would help. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly cure: string;
  readonly places: { at: string; detail: string }[];

  constructor(body: Partial<ProblemBody> & { status: number }) {
    super(body.title ?? `HTTP ${body.status}`);
    this.status = body.status;
    this.code = body.code ?? 'unknown';
    this.detail = body.detail ?? '';
    this.cure = body.cure ?? '';
    this.places = body.errors ?? [];
  }

  /** The server could not be reached at all. */
  get offline() {
    return this.code === 'offline';
  }
}

export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem({ status: 0, code: 'unexpected', title: error instanceof Error ? error.message : String(error) });
}
