import type { components } from './schema';

type ProblemBody = components['schemas']['Problem'];

const phrases = /^(Bad Request|Unauthorized|Forbidden|Not Found|Method Not Allowed|Conflict|Gone|Precondition Failed|Content Too Large|Unsupported Media Type|Unprocessable Content|Too Many Requests|Internal Server Error|Bad Gateway|Service Unavailable|Gateway Timeout)$/;
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

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
    // "Unprocessable Content" says nothing to people; what was found does.
    if (phrases.test(this.message) && this.detail !== '') { this.message = capital(this.detail); this.detail = ''; }
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
