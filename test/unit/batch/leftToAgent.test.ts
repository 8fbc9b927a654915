import { optionsField } from '../../../nodes/SoraVideo/fields/options';
import { leftToAgent } from '../../../nodes/SoraVideo/batch/creating/leftToAgent';

const fromAi = "={{ $fromAI('limit', 'How much to spend', 'number') }}";

it.each([
	[{ options: { maxCost: fromAi } }, 'Options > Max Cost is left to the AI agent'],
	[{ options: { maxCost: '={{ Math.max(1, $fromai ("limit")) }}' } }, 'Options > Max Cost'],
	[{ options: { unknownPrice: fromAi } }, 'Options > If Price Unknown'],
	[{ options: { resendUnknown: fromAi } }, 'Options > Resend If Outcome Unknown'],
	[{ options: { additionalBody: fromAi } }, 'Options > Additional Body'],
	[{ callbackUrl: fromAi, options: {} }, 'Callback URL is left'],
	[{ options: "={{ $fromAI('options', 'Everything', 'json') }}" }, 'Options are left to the AI agent'],
])('names what would lift a limit: %j', (parameters, said) => {
	expect(leftToAgent({ parameters })).toEqual([expect.stringContaining(said)]);
});

it.each([
	{},
	{ prompt: fromAi, duration: fromAi, model: { value: fromAi }, options: { seed: fromAi, maxCost: 1 } },
	{ options: { maxCost: '={{ $json.budget }}', additionalBody: '{"note": "$fromAI(1)"}' } },
])('leaves everything else to the agent: %j', (parameters) => {
	expect(leftToAgent({ parameters })).toEqual([]);
});

it("n8n's editor offers no button that hands the limit, or sending again, to an agent", () => {
	// It offers none at lists of choices, and none where noDataExpression is set.
	const fields = (name: string) => optionsField.options?.filter((option) => option.name === name);
	for (const name of ['maxCost', 'resendUnknown']) {
		expect(fields(name)).toEqual([
			expect.objectContaining({ displayOptions: expect.objectContaining({ hide: { '@tool': [true] } }) }),
			expect.objectContaining({ noDataExpression: true, displayOptions: { show: expect.objectContaining({ '@tool': [true] }) } }),
		]);
	}
	expect(fields('unknownPrice')).toMatchObject([{ type: 'options' }]);
});
