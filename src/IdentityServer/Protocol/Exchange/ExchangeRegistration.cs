using UserDomain.Contracts;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Exchange;

/// <summary>Token exchange (RFC 8693): a client turns an access token it was sent into one in its own name, for no more than what that one allows.</summary>
internal static class ExchangeRegistration
{
    public static void AddTokenExchange(this OpenIddictServerBuilder server)
    {
        server.Services.AddScoped<ExchangedTokens>();

        // Which audiences a client may name its own policy says.
        server.AllowTokenExchangeFlow().RegisterAudiences([.. Api.All.Select(api => api.Audience)]).IgnoreAudiencePermissions();
        server.Configure(options =>
        {
            foreach (var types in new[] { options.SubjectTokenTypes, options.ActorTokenTypes, options.RequestedTokenTypes })
            {
                types.Clear();
                types.Add(TokenTypeIdentifiers.AccessToken);
            }

            options.DefaultRequestedTokenType = TokenTypeIdentifiers.AccessToken;
        });
        server.AddEventHandler(RequireExchange.Descriptor);
        server.AddEventHandler(CheckExchange.Descriptor);
        server.AddEventHandler(IssueAccessToken.Descriptor);
        server.AddEventHandler(NameIssuedType.Descriptor);
        server.AddEventHandler(NameExchangeError.Descriptor);
        server.AddEventHandler(TellActor.Descriptor);
    }
}
