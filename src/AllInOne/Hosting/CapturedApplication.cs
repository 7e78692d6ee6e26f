using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace UserDomain.AllInOne.Hosting;

/// <summary>The request pipeline of a host, whatever the type of its contexts.</summary>
internal abstract class CapturedApplication
{
    public static CapturedApplication Of<TContext>(IHttpApplication<TContext> application)
        where TContext : notnull => new Typed<TContext>(application);

    public abstract object CreateContext(IFeatureCollection features);

    public abstract Task ProcessRequestAsync(object context);

    public abstract void DisposeContext(object context, Exception? exception);

    private sealed class Typed<TContext>(IHttpApplication<TContext> application) : CapturedApplication
        where TContext : notnull
    {
        public override object CreateContext(IFeatureCollection features) => application.CreateContext(features);

        public override Task ProcessRequestAsync(object context) => application.ProcessRequestAsync((TContext)context);

        public override void DisposeContext(object context, Exception? exception) => application.DisposeContext((TContext)context, exception);
    }
}
