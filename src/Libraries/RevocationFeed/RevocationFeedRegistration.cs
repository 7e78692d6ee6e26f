using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace UserDomain.RevocationFeed;

/// <summary>Has an API follow the revocation log.</summary>
public static class RevocationFeedRegistration
{
    /// <summary>Why a token is refused that the log names.</summary>
    public const string Refusal = "The access token was revoked.";

    /// <summary>
    /// Follows the log, and refuses what it names in every scheme of <see cref="JwtBearerExtensions"/>. Options with an <see cref="AuthenticationSchemeOptions.EventsType"/>
    /// have to ask <see cref="RevokedTokens"/> there.
    /// </summary>
    /// <param name="authentication">That of the API.</param>
    /// <param name="configure">Says where the log is, unless <see cref="RevocationFeedOptions"/> are configured elsewhere.</param>
    public static AuthenticationBuilder AddRevocationFeed(this AuthenticationBuilder authentication, Action<RevocationFeedOptions>? configure = null)
    {
        authentication.Services.AddOptions<RevocationFeedOptions>().Configure(configure ?? (_ => { })).ValidateDataAnnotations().ValidateOnStart();
        authentication.Services.TryAddSingleton(TimeProvider.System);
        authentication.Services.TryAddSingleton<RevokedTokens>();
        authentication.Services.AddHostedService<RevocationFollower>();
        authentication.Services.AddSingleton<IPostConfigureOptions<JwtBearerOptions>, RefuseRevoked>();
        return authentication;
    }

    private sealed class RefuseRevoked(RevokedTokens revoked) : IPostConfigureOptions<JwtBearerOptions>
    {
        public void PostConfigure(string? name, JwtBearerOptions options)
        {
            options.Events ??= new();
            var validated = options.Events.OnTokenValidated;
            options.Events.OnTokenValidated = context =>
            {
                if (context.SecurityToken is JsonWebToken token && revoked.Include(token))
                {
                    context.Fail(Refusal);
                    return Task.CompletedTask;
                }

                return validated(context);
            };
        }
    }
}
