module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test/unit', '<rootDir>/test/engine', '<rootDir>/test/sandbox'],
	testMatch: ['**/*.test.ts'],
	transform: {
		'^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.test.json', diagnostics: false }],
	},
	// The engine's tests wait most of their time: for the node's own pauses, and for answers.
	maxWorkers: 6,
	workerIdleMemoryLimit: '1GB',
	// Beside busy processes a test of some seconds takes ten times as long; one that hangs is still ended.
	testTimeout: 120_000,
};
