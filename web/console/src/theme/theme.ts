import { createTheme } from '@mantine/core';

/** Mantine's share of the look; tokens.css has the rest. tools/theme.mjs writes it as static CSS. */
export const theme = createTheme({
  fontFamily: "'Inter Variable', 'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', monospace",
  fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '18px', xl: '28px' },
  defaultRadius: 8,
  primaryColor: 'ink',
  primaryShade: { light: 8, dark: 1 },
  autoContrast: true,
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  colors: {
    ink: ['#f4f5f6', '#e8eaed', '#cfd3d8', '#a9b0b8', '#8a929b', '#6b7179', '#4f565e', '#363c43', '#1f2328', '#15171a'],
    dark: ['#e8eaed', '#a9b0b8', '#8f979f', '#4a5058', '#33383f', '#282c32', '#1c1f23', '#15171a', '#101214', '#0b0c0e'],
  },
  components: {
    // Named, so that tokens.css can give its words their colour in the dark.
    Button: { defaultProps: { variant: 'filled' } },
    // Locking the page's scroll would need a <style> element.
    Modal: { defaultProps: { lockScroll: false } },
    Drawer: { defaultProps: { lockScroll: false } },
    Tooltip: { defaultProps: { openDelay: 250, withArrow: false } },
  },
});
