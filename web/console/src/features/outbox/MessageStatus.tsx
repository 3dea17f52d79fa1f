import type { Schemas } from '@/api/client';
import { useWords } from '@/i18n/words';

/** Sent is filled, not sent is hollow, unknown needs a person. */
export function MessageStatus({ status }: { status: Schemas['MessageStatus'] }) {
  const { message } = useWords();
  return <span className={`message-status ${status}`}>{message(status)}</span>;
}
