import { Menu } from '@mantine/core';
import { Icon } from './Icon';

/** A filter as a chip: what is chosen stands on it, a click opens the choices. */
export function Choice({ label, value, none, options, onChange }: { label: string; value: string; none: string; options: { value: string; label: string }[]; onChange: (value: string | undefined) => void }) {
  const chosen = options.find((o) => o.value === value)?.label ?? value;
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <button type="button" className={value === '' ? 'chip' : 'chip on'} aria-label={`${label}: ${value === '' ? none : chosen}`}><span className="clip">{value === '' ? none : chosen}</span><Icon name="down" size={14} /></button>
      </Menu.Target>
      <Menu.Dropdown mah="min(70vh, 460px)" style={{ overflowY: 'auto' }}>
        <Menu.Item rightSection={value === '' ? <Icon name="check" size={16} /> : null} onClick={() => onChange(undefined)}>{none}</Menu.Item>
        <Menu.Divider />
        {options.map((o) => <Menu.Item key={o.value} rightSection={o.value === value ? <Icon name="check" size={16} /> : null} onClick={() => onChange(o.value)}>{o.label}</Menu.Item>)}
      </Menu.Dropdown>
    </Menu>
  );
}
