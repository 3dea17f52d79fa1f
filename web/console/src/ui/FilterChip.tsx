import { useTranslation } from 'react-i18next';
import { Icon } from './Icon';

/** A filter that came by a link; a click takes it away. */
export function FilterChip({ children, clear }: { children: string; clear: () => void }) {
  const { t } = useTranslation();
  return (
    <button type="button" className="chip on" onClick={clear} aria-label={t('filter.remove', { filter: children })}>
      <span className="clip">{children}</span><span className="x"><Icon name="close" size={14} /></span>
    </button>
  );
}
