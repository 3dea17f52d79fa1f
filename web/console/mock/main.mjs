// node mock/main.mjs [--port 8090] [--scale 1000] [--patients 812]; see README.md
import { listen } from './listen.mjs';

const option = (name, fallback) => { const at = process.argv.indexOf(`--${name}`); return at > 0 ? Number(process.argv[at + 1]) : fallback; };
const { url } = await listen({ port: option('port', 8090), scale: option('scale', 1), patients: option('patients', 812), login: process.argv.includes('--login') ? false : true });
console.log(`mock: ${url} (log in as amina, "invented practice")`);
