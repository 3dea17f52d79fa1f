export default function DefinitionsPage() { return null; }
