import { stages } from '@/ui/Stage';

/** The loop of six stages, as the product's sign. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="16" r="11" fill="none" stroke="var(--line-strong)" strokeOpacity="0.5" strokeWidth="1.5" />
      {stages.map((stage, i) => {
        const angle = -2 * Math.PI / 3 + (i * Math.PI) / 3;
        return <circle key={stage} cx={16 + 11 * Math.cos(angle)} cy={16 + 11 * Math.sin(angle)} r="3.7" fill={`var(--stage-${stage})`} />;
      })}
    </svg>
  );
}
