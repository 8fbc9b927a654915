import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

/** Tests a credential; read from its file when a credential is first tested. */
export async function testKey(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	return await (await import('../../transport/testKey')).testKey.call(this, credential);
}
