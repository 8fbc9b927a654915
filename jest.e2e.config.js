module.exports = {
	...require('./jest.config'),
	roots: ['<rootDir>/test/e2e'],
	testTimeout: 600_000,
};
