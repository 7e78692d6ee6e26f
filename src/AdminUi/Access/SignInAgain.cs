using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using UserDomain.AdminUi.SignIn;

namespace UserDomain.AdminUi.Access;

/// <summary>Forgets a session that ended elsewhere and asks the identity server anew; a person still signed in there sees nothing of it.</summary>
internal static class SignInAgain
{
    // A sign-in that ends at once would lead back here for ever.
    private static readonly TimeSpan TooSoon = TimeSpan.FromSeconds(10);

    public static async Task ExecuteAsync(HttpContext context, AuthenticationProperties? session, TimeProvider time)
    {
        await context.SignOutAsync(SignInRegistration.Cookie);
        if (session is not null && TicketStore.BeginOf(session) > time.GetUtcNow() - TooSoon)
        {
            throw new InvalidOperationException("Tokens of a session that began moments ago are refused: check the console's client and the clocks.");
        }

        var request = context.Request;
        await context.ChallengeAsync(SignInRegistration.IdentityServer, new() { RedirectUri = request.PathBase + request.Path + request.QueryString });
    }
}

/// <summary>Turns a token refused by an API into a new sign-in, whatever the page made of it.</summary>
internal sealed class SignInAgainFilter(TimeProvider time) : IAsyncPageFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var executed = await next();
        if (context.HttpContext.Features.Get<ConsoleAccess>() is { Refused: true })
        {
            executed.Result = new SignInAgainResult(time);
        }
    }

    private sealed class SignInAgainResult(TimeProvider time) : ActionResult
    {
        public override async Task ExecuteResultAsync(ActionContext context)
        {
            var session = await context.HttpContext.AuthenticateAsync(SignInRegistration.Cookie);
            await SignInAgain.ExecuteAsync(context.HttpContext, session.Properties, time);
        }
    }
}
