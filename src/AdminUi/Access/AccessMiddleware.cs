using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using UserDomain.AdminUi.SignIn;

namespace UserDomain.AdminUi.Access;

/// <summary>Brings the tokens of a signed-in person into the request, and keeps out whoever has no business on the page.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, TokenRenewal renewal, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var open = context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        // The error page is run after a failure that may have been the renewal itself.
        var access = context.Features.Get<ConsoleAccess>();
        if (access is null && !open && await SignedInAsync(context) is { } properties)
        {
            access = await LoadAsync(context, properties);
            if (access is null)
            {
                await SignInAgain.ExecuteAsync(context, properties, time);
                return;
            }

            context.Features.Set(access);
        }

        if (!open && access is not null && !IsAllowed(context, access))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        await next(context);
    }

    private static async Task<AuthenticationProperties?> SignedInAsync(HttpContext context) =>
        (await context.AuthenticateAsync(SignInRegistration.Cookie)).Properties;

    private async Task<ConsoleAccess?> LoadAsync(HttpContext context, AuthenticationProperties properties)
    {
        var handle = properties.Items[TicketStore.HandleProperty]!;
        var tokens = await renewal.GetAsync(handle, TicketStore.EndOf(properties), context.RequestAborted);
        return tokens is null || tokens.EndSession(TicketStore.BeginOf(properties), properties.IssuedUtc!.Value, time.GetUtcNow()) ? null : new(tokens, tokens.Permissions());
    }

    private static bool IsAllowed(HttpContext context, ConsoleAccess access) =>
        context.GetEndpoint()?.Metadata.GetMetadata<SignedInOnlyAttribute>() is not null
        || (access.IsAdministrator
            && (context.GetEndpoint()?.Metadata.GetMetadata<RequiresAttribute>() is not { } required || access.Can(required.Permission)));
}

/// <summary>Marks a page for everybody who is signed in, an administrator or not.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SignedInOnlyAttribute : Attribute;
