import { readCorpus } from '../fuzz/fuzz';
import { parsers } from '../fuzz/parsers';

// What `npm run fuzz` has kept: each input reaches something that no other did.
it.each(parsers.map((parser) => [parser.name, parser] as const))('%s: nothing that was kept makes it throw', (_name, parser) => {
	const inputs = readCorpus(parser.corpus);
	expect(inputs.length).toBeGreaterThan(0);
	for (const input of inputs) parser.read(input);
});
