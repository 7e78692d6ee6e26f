using System.Net;

namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>
/// Binds the tokens of a library that leaves proofs to its handler of requests (RFC 9449): each POST and each request with a token gets a proof, and is
/// repeated with the nonce when the answer has one that is new.
/// </summary>
/// <param name="key">The key.</param>
internal sealed class DpopHandler(DpopKey key) : DelegatingHandler(new SocketsHttpHandler())
{
    private string? _nonce;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = request.Headers.Authorization?.Parameter;
        if (token is null && request.Method != HttpMethod.Post)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        var response = await ProveAndSendAsync(request, token, cancellationToken);
        if (response.Headers.TryGetValues("DPoP-Nonce", out var nonces) && nonces.Single() is var nonce && nonce != _nonce)
        {
            _nonce = nonce;
            if (response.StatusCode == HttpStatusCode.BadRequest)
            {
                response.Dispose();
                return await ProveAndSendAsync(request, token, cancellationToken);
            }
        }

        return response;
    }

    private Task<HttpResponseMessage> ProveAndSendAsync(HttpRequestMessage request, string? token, CancellationToken cancellationToken)
    {
        if (token is not null)
        {
            request.Headers.Authorization = new("DPoP", token);
        }

        request.Headers.Remove("DPoP");
        request.Headers.Add("DPoP", key.Prove(request.Method.Method, request.RequestUri!.GetLeftPart(UriPartial.Path), token, _nonce));
        return base.SendAsync(request, cancellationToken);
    }
}
