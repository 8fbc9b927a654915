// Insert your AIML API Key instead of <YOUR_AIMLAPI_KEY>
const apiKey = '<YOUR_AIMLAPI_KEY>';

// Creating and sending a video generation task to the server
async function generateVideo() {
  const url = 'https://api.aimlapi.com/v2/video/generations';

  const data = {
    model: 'openai/sora-2-pro-i2v',
    prompt: 'She turns around and smiles, then slowly walks out of the frame.',
    image_url:
      'https://cdn.openai.com/API/docs/images/sora/woman_skyline_original_720p.jpeg',
    resolution: '720p',
    aspect_ratio: '16:9',
    duration: 4,
  };

  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${apiKey}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(data),
    });

    if (!response.ok) {
      const errorText = await response.text();
      console.error(`Error: ${response.status} - ${errorText}`);
      return null;
    }

    const responseData = await response.json();
    console.log(responseData);
    return responseData;
  } catch (error) {
    console.error('Request failed:', error);
    return null;
  }
}

// Requesting the result of the task from the server using the generation_id
async function getVideo(genId) {
  const url = new URL('https://api.aimlapi.com/v2/video/generations');
  url.searchParams.append('generation_id', genId);

  try {
    const response = await fetch(url, {
      method: 'GET',
      headers: {
        Authorization: `Bearer ${apiKey}`,
        'Content-Type': 'application/json',
      },
    });

    return await response.json();
  } catch (error) {
    console.error('Error fetching video:', error);
    return null;
  }
}

// Initiates video generation and checks the status every 10 seconds until completion or timeout
async function main() {
  const genResponse = await generateVideo();
  if (!genResponse) return;

  const genId = genResponse.id;
  console.log('Generation ID:', genId);

  if (genId) {
    const timeout = 600 * 1000; // 10 minutes
    const startTime = Date.now();

    while (Date.now() - startTime < timeout) {
      const responseData = await getVideo(genId);

      if (!responseData) {
        console.error('Error: No response from API');
        break;
      }

      const status = responseData.status;
      console.log('Status:', status);

      if (['waiting', 'active', 'queued', 'generating'].includes(status)) {
        console.log('Still waiting... Checking again in 10 seconds.');
        await new Promise((resolve) => setTimeout(resolve, 10000));
      } else {
        console.log('Processing complete:\n', responseData);
        return responseData;
      }
    }

    console.log('Timeout reached. Stopping.');
  }
}

main();

