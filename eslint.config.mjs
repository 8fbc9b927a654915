import communityNodes from '@n8n/eslint-plugin-community-nodes';
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
console.log(Object.keys(communityNodes), Object.keys(n8nCommunityNodesPlugin?.configs ?? {}));
export default [];
