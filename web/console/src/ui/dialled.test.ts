import { expect, it } from 'vitest';
import { dialled } from './dialled';

it.each([['+1 (212) 555-0147', '+12125550147'], ['02 99 55 01 47', '0299550147'], ['212.555.0147 x12', '2125550147'], ['tel:+33-2-99-55-01-47;ext=4', '+33299550147']])('%s is dialled as %s', (written, wanted) => {
  expect(dialled(written)).toBe(wanted);
});
