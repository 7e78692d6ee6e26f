using UserDomain.IdentityStore.Sessions;
using UserDomain.ServiceDefaults.Outgoing;

namespace UserDomain.IdentityServer.Protocol.BackchannelLogout;

/// <summary>A client that is told of sessions that were closed.</summary>
/// <param name="DisplayName">What people call it.</param>
/// <param name="Uri">Where it is told.</param>
/// <param name="Algorithm">How its ID tokens are signed.</param>
internal sealed record LogoutReceiver(string? DisplayName, Uri Uri, string Algorithm);

/// <summary>Sends logout tokens (OpenID Connect Back-Channel Logout 1.0 section 2.5, OUT-01).</summary>
internal sealed class LogoutSender(IHttpClientFactory clients, LogoutTokens tokens)
{
    /// <summary>The name of the one parameter there is.</summary>
    public const string Parameter = "logout_token";

    /// <summary>Makes one attempt. Of the answer only the status counts: nothing else of it is read.</summary>
    /// <returns>Why it was in vain, for operators alone; null if the client knows now.</returns>
    public async Task<string?> SendAsync(LogoutReceiver receiver, LogoutNotice notice)
    {
        try
        {
            using var client = clients.CreateClient(OutgoingClient.Name);
            using var form = new FormUrlEncodedContent([new(Parameter, tokens.Write(notice, receiver.Algorithm))]);
            using var request = new HttpRequestMessage(HttpMethod.Post, receiver.Uri) { Content = form };
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            return answer.IsSuccessStatusCode ? null : $"the answer was {(int)answer.StatusCode}";
        }
        catch (OperationCanceledException)
        {
            return $"there was no answer within {OutgoingClient.Timeout.TotalSeconds:0} s";
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whatever it is: an attempt that is not counted would be repeated for ever.
            return (exception.InnerException ?? exception).Message;
        }
    }
}
